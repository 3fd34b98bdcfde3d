export default function Overview() {
  return <h1 className="page-title p-6">Overview</h1>;
}
