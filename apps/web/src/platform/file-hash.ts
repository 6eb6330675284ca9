// The checksum of a file, computed here: the file goes nowhere.

/** The whole file is in memory while it is computed. */
const BYTES_MAX = 512 * 1024 * 1024

/** SHA-256, hex. Undefined where it cannot be: too large, unreadable, or a page that came unencrypted. */
export async function sha256Of(file: File): Promise<string | undefined> {
  const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined
  if (subtle === undefined || file.size > BYTES_MAX) return undefined
  try {
    const digest = await subtle.digest('SHA-256', await file.arrayBuffer())
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  } catch {
    // The file was moved or removed since it was chosen.
    return undefined
  }
}
