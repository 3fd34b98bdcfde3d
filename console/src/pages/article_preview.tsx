// How the article that is being typed is going to look.
import { Preview } from "./announcement_preview";

export default function ArticlePreview({ body }: { body: object }) {
  return <Preview name="articles" typed={(body as { body?: string }).body ?? ""} />;
}
