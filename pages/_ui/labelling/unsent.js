// What the server has not confirmed yet, in the browser's own store: a place for each open page. A page holds a lock on
// its place while it lives. What stands in a place that nobody holds is taken over by the next page of the same person
// and sent from there; the server counts a labelling once, however often it is sent.

const FORGOTTEN = 120000;  // milliseconds after which a place counts as nobody's, where there are no locks

const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function makeUnsent(person, more) {  // ``more``: called when something was taken over
  const prefix = `thaw-labels-${person}-`;
  const own = `${prefix}${fresh()}`;
  const unsent = { said: [], undone: [], keep, leave, adopt, open: () => unsent.said.length + unsent.undone.length };
  let leaving = () => {}, gone = false;
  if (navigator.locks) navigator.locks.request(own, () => new Promise((end) => { leaving = end; if (gone) end(); }));
  window.addEventListener("pagehide", free);

  function keep(left = false) {
    try {
      if (!unsent.open()) localStorage.removeItem(own);
      else localStorage.setItem(own, JSON.stringify({ said: unsent.said, undone: unsent.undone, at: left ? 0 : Date.now() }));
    } catch { /* a browser without a store */ }
  }

  function free() { keep(true); }

  function leave() {  // the page goes on without this table: whoever is next sends the rest
    gone = true;
    free();
    leaving();
    window.removeEventListener("pagehide", free);
  }

  async function adopt() {
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith(prefix) && name !== own); } catch { return; }
    for (const name of names) {
      if (!navigator.locks) take(name, Date.now() - FORGOTTEN);
      else await navigator.locks.request(name, { ifAvailable: true }, (lock) => { if (lock) take(name, Infinity); });
    }
  }

  function take(name, before) {
    let found = null;
    try { found = JSON.parse(localStorage.getItem(name)); } catch { /* torn: nothing can be made of it */ }
    if (gone || !found || (found.at || 0) >= before) return;
    const known = new Set(unsent.said.map((one) => one.id));
    unsent.said.push(...(found.said || []).filter((one) => !known.has(one.id)));
    unsent.undone.push(...(found.undone || []));
    keep();
    localStorage.removeItem(name);
    more();
  }

  return unsent;
}
