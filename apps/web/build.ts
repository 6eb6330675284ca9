// Builds the web app into dist/: hashed assets, and beside each text file its brotli form, so that the server
// only has to hand out bytes. The output depends on nothing but the sources.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const root = import.meta.dirname
const dist = join(root, 'dist')
const COMPRESSED = /\.(js|css|html|svg|webmanifest|txt)$/
/** What is read before the phone page can be used: everything but JsSIP and pages opened later. */
const FIRST_LOAD_BYTES_MAX = 150_000

export async function buildWeb(): Promise<void> {
  await build({
    root,
    configFile: false,
    envDir: false,
    mode: 'production',
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: dist,
      emptyOutDir: true,
      target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      manifest: true,
      license: { fileName: 'licenses.txt' },
      chunkSizeWarningLimit: 1_000,
    },
  })
}

/** Writes `file.br` beside every text file. Returns the compressed size of each in bytes, by path in dist. */
export function compressAll(): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const entry of readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!COMPRESSED.test(entry)) continue
    const bytes = readFileSync(join(dist, entry))
    const compressed = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    })
    writeFileSync(join(dist, `${entry}.br`), compressed)
    sizes.set(entry, compressed.length)
  }
  return sizes
}

interface ManifestEntry {
  readonly file: string
  readonly name?: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}

/** Files of the entry and of the phone page, with all they import, and one language. */
export function firstLoadFiles(): Set<string> {
  const manifest: Record<string, ManifestEntry> = JSON.parse(
    readFileSync(join(dist, '.vite/manifest.json'), 'utf8'),
  )
  const files = new Set<string>()
  const add = (key: string): void => {
    const entry = manifest[key]
    if (!entry || files.has(entry.file)) return
    files.add(entry.file)
    for (const imported of entry.imports ?? []) add(imported)
  }
  for (const [key, entry] of Object.entries(manifest)) if (entry.isEntry) add(key)
  for (const key of ['src/i18n/de.ts', 'src/views/signed-in.tsx', 'src/views/phone/phone-page.tsx']) add(key)
  return files
}

if (import.meta.main) {
  /** With --sizes: what each file weighs. */
  const isVerbose = process.argv.includes('--sizes')
  await buildWeb()
  const sizes = compressAll()
  const first = firstLoadFiles()
  let firstLoad = 0
  for (const [file, size] of sizes) {
    if (first.has(file)) firstLoad += size
    if (isVerbose && /\.(js|css)$/.test(file))
      console.log(`${String(size).padStart(8)}  ${first.has(file) ? '*' : ' '} ${file}`)
  }
  if (isVerbose)
    console.log(
      `${String(firstLoad).padStart(8)}  * brotli JavaScript of sign-in and phone page, without JsSIP`,
    )
  if (firstLoad > FIRST_LOAD_BYTES_MAX) {
    console.error(`The first load is over its budget of ${FIRST_LOAD_BYTES_MAX} bytes.`)
    process.exitCode = 1
  }
}
