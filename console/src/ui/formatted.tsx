// Text with marks, as the API has made it: its HTML cannot run, load or send anything.
export const Formatted = ({ html }: { html: string }) => (
  <div className="formatted break-words" dangerouslySetInnerHTML={{ __html: html }} />
);
