// Types of web-build.mjs for the TypeScript tools.
export function ensureWebBuilt(
  projectFolder: string,
  node: string,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly message: string }>
