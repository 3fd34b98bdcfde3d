// German for articles.
import type { Catalogue } from "./en";

export const articles: Catalogue["articles"] = {
  versions: "Veröffentlichte Versionen",
  votes: (helpful, unhelpful) => `Geholfen: ${helpful}, nicht geholfen: ${unhelpful}`,
};
