// What charts have in common.
import { useEffect, useRef, useState } from "react";

/** A ref for an element, and how wide that is: 0 until it is known. */
export function useWidth() {
  const ref = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}

/** Round values from zero to above `max`, about four of them. */
export function ticks(max: number) {
  const power = 10 ** Math.floor(Math.log10(max / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => max / size <= 5)!;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, index) => index * step);
}
