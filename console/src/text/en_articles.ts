// English for articles.
export const articles = {
  versions: "Published versions",
  votes: (helpful: number, unhelpful: number) => `It helped ${helpful}, and did not help ${unhelpful}.`,
};
