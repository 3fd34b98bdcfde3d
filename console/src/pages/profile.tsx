export default function Profile() {
  return <h1 className="page-title p-6">Profile</h1>;
}
