/* The simulator's interface for programs, as the page uses it. */

export async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (problem) {
    throw new Error("Simulator tidak menjawab. Apakah masih berjalan?");
  }
  const body = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(body.detail || "Permintaan ditolak."), { status: response.status });
  }
  return body;
}

export function post(path, content) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content || {}) });
}

/** The citizen writes: `message` in Meta's inbound form less id and timestamp. */
export const write = (waId, message) => post(`/api/contacts/${waId}/messages`, message);

/** Keeps a file in the simulator and returns its media id. */
export async function upload(file) {
  const kept = await call("/api/media", { method: "POST", headers: { "Content-Type": file.type || "application/octet-stream" }, body: file });
  return kept.id;
}
