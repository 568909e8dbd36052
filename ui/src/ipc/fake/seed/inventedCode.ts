// A square picture that looks like a QR code without content. The in-memory host shows it instead of a real one.
export function inventedQrCode(seed: string): string {
  const size = 33;
  let state = 11;
  for (const letter of seed) state = (state * 31 + letter.charCodeAt(0)) % 2_147_483_647;
  const finder = (x: number, y: number) => {
    const inside = [
      [x, y],
      [size - 1 - x, y],
      [x, size - 1 - y],
    ].find(([a, b]) => (a as number) < 7 && (b as number) < 7);
    if (!inside) return null;
    const ring = Math.max(Math.abs((inside[0] as number) - 3), Math.abs((inside[1] as number) - 3));
    return ring !== 2;
  };
  let squares = "";
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      state = (state * 48_271) % 2_147_483_647;
      if (finder(x, y) ?? state % 2 === 0) squares += `M${x + 2} ${y + 2}h1v1h-1z`;
    }
  const side = size + 4;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}"><rect width="${side}" height="${side}" fill="#fff"/><path d="${squares}" fill="#000"/></svg>`;
}
