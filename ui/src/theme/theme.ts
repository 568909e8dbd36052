// Our theme for Mantine: one deep teal, cool greys, 13 px text, small radii, AA contrast in both themes.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#e8f6f4",
  "#cbe9e5",
  "#9dd6ce",
  "#6bc1b6",
  "#3fab9e",
  "#1f9286",
  "#13796f",
  "#0e655d",
  "#0b524c",
  "#073b37",
];
const gray: MantineColorsTuple = [
  "#f7f8f9",
  "#f0f2f3",
  "#e5e8ea",
  "#d7dbde",
  "#c2c8cc",
  "#9aa3a9",
  "#6b757c",
  "#515a61",
  "#353c41",
  "#1d2225",
];
const dark: MantineColorsTuple = [
  "#dce1e4",
  "#b5bdc3",
  "#929ba2",
  "#626b72",
  "#414a50",
  "#31383d",
  "#272d31",
  "#1b2023",
  "#15191c",
  "#0f1214",
];

const fonts = (first: string, rest: string) => `"${first}", ${rest}`;

/** The title of a dialog is a `header` element, but not the page's: two dialogs at once would be two banners. */
const noBanner = { attributes: { header: { role: "presentation" } } };

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, gray, dark },
  black: "#1d2225",
  fontFamily: fonts("Inter Variable", "system-ui, sans-serif"),
  fontFamilyMonospace: fonts("JetBrains Mono Variable", "ui-monospace, monospace"),
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  headings: { fontWeight: "600" },
  defaultRadius: "sm",
  radius: { xs: "0.125rem", sm: "0.25rem", md: "0.375rem", lg: "0.5rem", xl: "0.75rem" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Button: { defaultProps: { size: "sm" } },
    Text: { defaultProps: { size: "sm" } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 100 },
        centered: true,
        overlayProps: { opacity: 0.35 },
        ...noBanner,
      },
    },
    Drawer: {
      defaultProps: {
        transitionProps: { duration: 120 },
        position: "right",
        overlayProps: { opacity: 0.35 },
        ...noBanner,
      },
    },
    // The menu is not moved to the end of the document, because it belongs to the landmark that opens it. Its first
    // item takes the focus.
    Menu: {
      defaultProps: {
        transitionProps: { duration: 0 },
        shadow: "md",
        withinPortal: false,
        floatingStrategy: "fixed",
        withInitialFocusPlaceholder: false,
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 } } },
    Select: { defaultProps: { comboboxProps: { transitionProps: { duration: 0 } } } },
    InputWrapper: { defaultProps: { inputWrapperOrder: ["label", "input", "error", "description"] } },
  },
});

/** Replaces Mantine's values that are below AA or too strong: muted text, errors, lines, hovered elements. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#566068",
    "--mantine-color-placeholder": "#636d75",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-default-border": "#c2c8cc",
    "--mantine-color-anchor": "#0e655d",
    "--mantine-color-accent-light": "#e3f2f0",
    "--mantine-color-accent-light-hover": "#e3f2f0",
  },
  dark: {
    "--mantine-color-dimmed": "#a3adb4",
    "--mantine-color-placeholder": "#98a2a9",
    "--mantine-color-error": "#ff9a92",
    "--mantine-color-default-border": "#414a50",
    "--mantine-color-anchor": "#6bc1b6",
    "--mantine-color-accent-light": "#17322f",
    "--mantine-color-accent-light-hover": "#17322f",
  },
});
