// What the page speaks is said to screen readers (and to hyphenation), what was chosen is kept in this browser, and the
// link past the sidebar, the first that a keyboard reaches, is Streamlit's but for its word. So are its notes that the
// server is gone and that there is no such page: what they say would frighten, in English, whoever sees them. And so is
// the button to choose a file, whose word a style sheet replaces: that is seen, and not by all that read a page aloud.

const YEAR = 31_536_000; // seconds

let notes = {}; // by Streamlit's title: ours, and what to do
let watching = false;

export default function ({ data }) {
  document.documentElement.lang = data.language;
  const skip = document.querySelector("[data-testid=stSkipToContent]");
  if (skip) skip.textContent = data.skip;
  if (data.chosen) document.cookie = `${data.cookie}=${data.language}; Path=/; Max-Age=${YEAR}; SameSite=Strict`;
  notes = data.notes;
  reword(); // of a page that is not there the note comes first
  if (watching) return;
  watching = true; // for as long as this page is open, as the note comes when no server can send anything any more
  new MutationObserver(reword).observe(document.body, { childList: true, subtree: true, characterData: true });
}

function reword() {
  for (const button of document.querySelectorAll("[data-testid=stFileUploaderDropzone] > span button")) {
    const word = getComputedStyle(button).getPropertyValue("--file-choose");
    if (word) button.ariaLabel = JSON.parse(word);
  }
  const title = document.querySelector("[role=dialog] > h2[slot=title]");
  const said = title && notes[title.textContent.trim()];
  if (!said) return;
  title.firstChild.nodeValue = said[0];
  const body = title.nextElementSibling.firstElementChild;
  const words = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let first = true; words.nextNode(); first = false) words.currentNode.nodeValue = first ? said[1] : "";
}
