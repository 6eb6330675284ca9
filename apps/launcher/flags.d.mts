// Types of flags.mjs for the TypeScript tools: what they need of it.
export interface DoctorFlags {
  readonly data: string
  readonly httpHost: string
  readonly httpPort: number
  readonly sipHosts: readonly string[]
  readonly sipPort: number
  readonly hostNames: readonly string[]
  readonly language?: 'de' | 'en'
}

export function parseFlags(
  args: readonly string[],
  folders: { readonly projectFolder: string; readonly currentFolder: string },
):
  | { readonly ok: true; readonly isHelp: boolean; readonly flags: DoctorFlags }
  | { readonly ok: false; readonly message: string }
