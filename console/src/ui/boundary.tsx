// What is shown in place of a page that has failed.
import { Component, type ReactNode } from "react";
import { text } from "../text";

export class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  state = { error: null as Error | null };
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  render() {
    if (!this.state.error) return this.props.children;
    return (
      <div role="alert" className="p-16 text-center">
        <h1 className="page-title">{text().app.broken}</h1>
        <p className="mt-1 mb-4 text-ink-2">{this.state.error.message}</p>
        <button className="btn" onClick={() => location.reload()}>
          {text().app.reload}
        </button>
      </div>
    );
  }
}
