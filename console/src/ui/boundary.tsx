// What is shown in place of a page that has failed, until another one is gone to.
import { Component, type ReactNode } from "react";
import { text } from "../text";

type Props = { children: ReactNode; at?: string };
type State = { error: Error | null; at?: string };

export class Boundary extends Component<Props, State> {
  state: State = { error: null };
  static getDerivedStateFromProps({ at }: Props, state: State): State | null {
    return at === state.at ? null : { error: null, at };
  }
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
