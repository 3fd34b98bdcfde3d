// The mark of a console in which nothing is real.
import { text } from "../text";

export const TestData = () => (
  <span
    className="ml-auto self-center rounded-md bg-warn-soft px-1.5 text-xs font-medium text-warn max-md:ml-2"
    title={text().app.testDataHint}
  >
    {text().app.testData}
  </span>
);
