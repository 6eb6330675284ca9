// Types of pinned-node.mjs for the TypeScript tools.
export const NODE_MAJOR_MIN: number
