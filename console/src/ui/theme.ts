// Light or dark. Remembered on this device too, so that the next first paint is right (public/theme.js).
type Theme = "system" | "light" | "dark";

const system = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

export function showTheme(theme: Theme) {
  if (theme === "system") localStorage.removeItem("theme");
  else localStorage.theme = theme;
  document.documentElement.dataset.theme = theme === "system" ? system() : theme;
}

export const isDark = () => document.documentElement.dataset.theme === "dark";
