// Sends a file: a link or a form for it, the bytes to the bucket, then the API looks at what came.
import { ApiError, request, type Schemas } from "../api/client";
import { text } from "../text";

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, "0")).join("");

async function stored(url: string, how: RequestInit) {
  const answer = await fetch(url, how).catch(() => null);
  if (!answer?.ok) throw new ApiError({ title: text().content.failed, status: answer?.status ?? 0 });
}

export async function sent(content: string, file: File) {
  const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const asked = { size: file.size, sha256 };
  const link = await request<Schemas["ContentUpload"]>("POST", `/content/${content}/uploads`, asked);
  await stored(link.url, { method: "PUT", headers: link.headers, body: file });
  return request("POST", `/content/${content}/editions`, { upload_id: link.upload_id, filename: file.name, sha256 });
}

/** What a reply names once the file is in the bucket. The form's fields come before the file: S3 reads nothing behind it. */
export async function attached(ticket: string, file: File): Promise<Schemas["Attach"]> {
  const form = await request<Schemas["Upload"]>("POST", `/tickets/${ticket}/uploads`);
  if (file.size === 0 || file.size > form.most_bytes)
    throw new ApiError({ title: text().tickets.size(file.name, form.most_bytes / 2 ** 20), status: 413 });
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append("file", file);
  await stored(form.url, { method: "POST", body });
  return { id: form.id, name: file.name };
}
