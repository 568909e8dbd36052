// Stand-ins for browser features that jsdom lacks: media queries, resize observers, a layout for virtual rows.
import { vi } from "vitest";

const { getComputedStyle } = window;
window.getComputedStyle = (element) => getComputedStyle(element);
window.HTMLElement.prototype.scrollIntoView = () => {};
Object.defineProperty(window, "matchMedia", {
  writable: true,
  value: vi.fn().mockImplementation((query: string) => ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    dispatchEvent: vi.fn(),
  })),
});
class StillResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
window.ResizeObserver = StillResizeObserver;
for (const [name, value] of [
  ["clientHeight", 300],
  ["clientWidth", 800],
  ["offsetHeight", 300],
  ["offsetWidth", 800],
] as const)
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, value });
