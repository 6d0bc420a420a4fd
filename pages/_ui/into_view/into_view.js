// The top of a part of the page goes to the top of the window and stays there while the part grows, unless the person
// moves meanwhile.

const LONGEST = 60_000; // milliseconds
const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];

export default function ({ data }) {
  const part = data.now && document.querySelector(`.st-key-${data.part}`);
  if (!part) return;
  const growing = new ResizeObserver(() => part.scrollIntoView({ block: "start" }));
  const leave = () => {
    growing.disconnect();
    clearTimeout(late);
    for (const move of MOVES) removeEventListener(move, leave, true);
  };
  const late = setTimeout(leave, LONGEST);
  for (const move of MOVES) addEventListener(move, leave, true);
  growing.observe(part);
  return leave;
}
