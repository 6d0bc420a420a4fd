// Which key chooses which class. S skips, U takes back, P plays a sound: they choose none.

const KEYS = "1234567890abcdefghijklmnoqrtvwxyz";

// The key of each class: digits, then a letter of its name that is free, else of the alphabet. A new class moves none.
function keysOf(classes) {
  const keys = new Map(), free = new Set(KEYS);
  for (const label of classes) {
    const letter = [...label.toLowerCase()].find((one) => free.has(one) && !/\d/.test(one));
    const [first] = free;
    const key = /\d/.test(first) ? first : letter ?? first;
    if (key === undefined) break;
    keys.set(key, label);
    free.delete(key);
  }
  return keys;
}
