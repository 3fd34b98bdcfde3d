// Sends a file: a link for exactly these bytes, the bytes to the bucket, then the API looks at what came.
import { ApiError, request, type Schemas } from "../api/client";
import { text } from "../text";

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, "0")).join("");

export async function sent(content: string, file: File) {
  const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const asked = { size: file.size, sha256 };
  const link = await request<Schemas["ContentUpload"]>("POST", `/content/${content}/uploads`, asked);
  const answer = await fetch(link.url, { method: "PUT", headers: link.headers, body: file }).catch(() => null);
  if (!answer?.ok) throw new ApiError({ title: text().content.failed, status: answer?.status ?? 0 });
  return request("POST", `/content/${content}/editions`, { upload_id: link.upload_id, filename: file.name, sha256 });
}
