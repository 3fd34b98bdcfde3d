// What was fetched. It is thrown away where somebody else begins to look.
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./client";

const RETRIES = 1;

export const cache = new QueryClient({
  queryCache: new QueryCache(),
  defaultOptions: {
    // What was refused is refused again.
    queries: { staleTime: 15_000, retry: (count, error) => count < RETRIES && !(error instanceof ApiError) },
  },
});
