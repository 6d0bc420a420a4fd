// A person's own file, shown by their own browser: the server never decodes it for the page.

const shown = new WeakMap();

export default function ({ data, parentElement }) {
  let place = shown.get(parentElement);
  if (!place) {
    const root = document.createElement("div");
    root.className = "picture";
    const image = document.createElement("img");
    image.onerror = () => { root.style.display = "none"; };  // the answer says what is wrong with it
    root.append(image);
    parentElement.append(root);
    place = { root, image, address: null };
    shown.set(parentElement, place);
  }
  if (place.address) URL.revokeObjectURL(place.address);
  place.address = URL.createObjectURL(new Blob([data]));
  place.root.style.display = "";
  place.image.alt = "";
  place.image.src = place.address;
  return () => { URL.revokeObjectURL(place.address); place.root.remove(); shown.delete(parentElement); };
}
