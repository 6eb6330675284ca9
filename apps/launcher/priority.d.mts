// Types of priority.mjs for TypeScript.
export function prefer(pid: number | undefined): boolean
