// What in a sample counted: a picture lit up, or words, filled where they speak for the answer, dotted where against.

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(".lit");
  if (!root) {
    root = document.createElement("div");
    root.className = "lit";
    parentElement.append(root);
  }
  root.replaceChildren();
  if (data.image) {
    const image = document.createElement("img");
    image.src = data.image;
    image.alt = data.alt;
    root.append(image);
    return;
  }
  const words = document.createElement("div");
  words.className = "words";
  words.setAttribute("role", "img");
  words.setAttribute("aria-label", data.alt);
  for (const word of data.words) {
    const made = document.createElement("span");
    made.textContent = word.text;
    if (word.weight) {
      made.className = word.weight > 0 ? "for" : "against";
      made.style.setProperty("--much", Math.abs(word.weight));
    }
    words.append(made);
  }
  root.append(words);
}
