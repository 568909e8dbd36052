// Matches the typed text with the choices of the palette: each typed word must begin a word of the choice; accents are
// ignored.
const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function matchesWords(text: string, typed: string): boolean {
  const words = plain(text).split(/[\s/–-]+/);
  return plain(typed)
    .split(/\s+/)
    .filter(Boolean)
    .every((part) => words.some((word) => word.startsWith(part)));
}
