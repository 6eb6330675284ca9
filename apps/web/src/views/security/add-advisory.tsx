// An advisory from a file or from the network, and what became of it: what it changes, or why it does not
// count.
import type { FleetReceived } from '@rufwerk/contract/fleet'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { securityApi } from '../../platform/security-api.ts'
import { isWebAddress, readIssuer } from '../../state/security/advisory-file.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Choice, TextField } from '../ui/field.tsx'
import { FileField } from '../ui/wide-field.tsx'
import { UPLOAD_BYTES_MAX } from './imports-section.tsx'
import { ReceivedOutcome } from './received-outcome.tsx'
import styles from './security.module.css'

/** What the server takes of a signature. */
const SIGNATURE_BYTES_MAX = 8_192

interface AddAdvisoryProps {
  /** Its issuer is not pinned, or not for this folder. */
  readonly onUnpinned: (suggested: { namespace: string; folder: string }) => void
}

export function AddAdvisory({ onUnpinned }: AddAdvisoryProps) {
  const all = useSecurityWords()
  const words = all.advisoriesPage
  const client = useQueryClient()
  const [way, setWay] = useState<'file' | 'fetch'>('file')
  const [file, setFile] = useState<File>()
  const [signature, setSignature] = useState<File>()
  const [address, setAddress] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const take = useMutation({
    mutationFn: async (): Promise<FleetReceived> =>
      way === 'file' && file
        ? securityApi.addAdvisory(file, address, await signature?.text())
        : securityApi.fetchAdvisory(address),
    onSuccess: async ({ outcome, why }) => {
      for (const key of ['advisories', 'exposure', 'quarantine'])
        client.invalidateQueries({ queryKey: [key] }).catch(() => undefined)
      if (outcome !== 'refused' || !why?.startsWith('issuer-') || !file) return
      const namespace = readIssuer(await file.text()).namespace
      if (namespace !== undefined) onUnpinned({ namespace, folder: address.replace(/[^/]*$/, '') })
    },
  })
  /** An address that the document itself names saves typing it. */
  const onFile = async (chosen: File | undefined): Promise<void> => {
    setFile(chosen)
    take.reset()
    if (chosen === undefined || chosen.size > UPLOAD_BYTES_MAX) return
    const { address: own } = readIssuer(await chosen.text())
    if (own !== undefined) setAddress((typed) => (typed === '' ? own : typed))
  }
  const problems = {
    file:
      way === 'fetch'
        ? undefined
        : file === undefined
          ? all.importsPage.fileMissing
          : file.size > UPLOAD_BYTES_MAX
            ? all.importsPage.fileTooBig
            : undefined,
    signature:
      way === 'file' && (signature?.size ?? 0) > SIGNATURE_BYTES_MAX ? words.signatureTooBig : undefined,
    address: isWebAddress(address) ? undefined : words.addressWrong,
  }
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (!Object.values(problems).some(Boolean)) take.mutate()
  }
  const say = (problem: string | undefined): string | undefined => (isChecked ? problem : undefined)
  return (
    <section className={styles.block} aria-label={words.add}>
      <form onSubmit={onSubmit} noValidate className={styles.card}>
        <h3>{words.add}</h3>
        <Choice
          label={words.way}
          value={way}
          choices={(['file', 'fetch'] as const).map((value) => ({ value, label: words.ways[value] }))}
          onChange={setWay}
        />
        {way === 'file' && (
          <FileField
            label={words.file}
            accept=".json,application/json"
            problem={say(problems.file)}
            onFile={(chosen) => void onFile(chosen)}
          />
        )}
        {way === 'file' && (
          <FileField
            label={words.signature}
            hint={words.signatureHint}
            accept=".asc,.sig,text/plain"
            problem={say(problems.signature)}
            onFile={setSignature}
          />
        )}
        <TextField
          label={words.address}
          hint={words.addressHint}
          type="url"
          inputMode="url"
          value={address}
          autoComplete="off"
          placeholder="https://"
          problem={say(problems.address)}
          onChange={(event) => setAddress(event.target.value.trim())}
        />
        {take.error && <Failure error={take.error} />}
        <div className={styles.actions}>
          <Button type="submit" kind="primary" disabled={take.isPending}>
            {take.isPending ? words.taking : way === 'file' ? words.take : words.fetch}
          </Button>
        </div>
      </form>
      {take.data && <ReceivedOutcome received={take.data} />}
    </section>
  )
}
