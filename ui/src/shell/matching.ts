// Whether what was typed into the palette means a choice: every word begins one of its words, accents aside.
const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function matchesWords(text: string, typed: string): boolean {
  const words = plain(text).split(/[\s/–-]+/);
  return plain(typed)
    .split(/\s+/)
    .filter(Boolean)
    .every((part) => words.some((word) => word.startsWith(part)));
}
