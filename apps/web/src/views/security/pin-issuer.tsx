// Deciding that advisories of an issuer count, when they come from its folder.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { securityApi } from '../../platform/security-api.ts'
import { isWebAddress, isWebFolder } from '../../state/security/advisory-file.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { TextArea } from '../ui/wide-field.tsx'
import { ReceivedOutcome } from './received-outcome.tsx'
import styles from './security.module.css'

/** Of a public key. */
const KEY_CHARS_MAX = 65_536

interface PinIssuerProps {
  /** What a document said that does not count yet; the form is open then. */
  readonly suggested: { readonly namespace: string; readonly folder: string } | undefined
  readonly onPinned: () => void
}

export function PinIssuer({ suggested, onPinned }: PinIssuerProps) {
  const { t } = useTranslation()
  const words = useSecurityWords().advisoriesPage
  const client = useQueryClient()
  const [isOpen, setIsOpen] = useState(suggested !== undefined)
  const [namespace, setNamespace] = useState(suggested?.namespace ?? '')
  const [folder, setFolder] = useState(suggested?.folder ?? '')
  const [keys, setKeys] = useState('')
  const [provider, setProvider] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const pin = useMutation({
    mutationFn: () =>
      securityApi.pin({
        ...{ namespace: namespace.trim(), addresses: [folder] },
        keys: keys.trim() === '' ? [] : [keys.trim()],
        ...(provider !== '' && { provider }),
      }),
    onSuccess: ({ outcome }) => {
      for (const key of ['advisories', 'exposure'])
        client.invalidateQueries({ queryKey: [key] }).catch(() => undefined)
      if (outcome === 'counts') {
        setIsOpen(false)
        onPinned()
      }
    },
  })
  if (!isOpen)
    return (
      <div className={styles.actions}>
        <Button icon="plus" onClick={() => setIsOpen(true)}>
          {words.pinOpen}
        </Button>
      </div>
    )
  const problems = {
    namespace: namespace.trim() === '' ? t('field.required') : undefined,
    folder: isWebFolder(folder) ? undefined : words.folderWrong,
    provider: provider === '' || isWebAddress(provider) ? undefined : words.addressWrong,
  }
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (!Object.values(problems).some(Boolean)) pin.mutate()
  }
  const say = (problem: string | undefined): string | undefined => (isChecked ? problem : undefined)
  return (
    <form onSubmit={onSubmit} noValidate className={styles.card}>
      <TextField
        label={words.namespace}
        hint={words.namespaceHint}
        value={namespace}
        autoComplete="off"
        problem={say(problems.namespace)}
        onChange={(event) => setNamespace(event.target.value)}
      />
      <TextField
        label={words.folder}
        hint={words.folderHint}
        type="url"
        inputMode="url"
        value={folder}
        autoComplete="off"
        placeholder="https://"
        problem={say(problems.folder)}
        onChange={(event) => setFolder(event.target.value.trim())}
      />
      <TextArea
        label={words.keys}
        hint={words.keysHint}
        value={keys}
        maxLength={KEY_CHARS_MAX}
        spellCheck={false}
        onChange={(event) => setKeys(event.target.value)}
      />
      <TextField
        label={words.provider}
        hint={words.providerHint}
        type="url"
        inputMode="url"
        value={provider}
        autoComplete="off"
        placeholder="https://"
        problem={say(problems.provider)}
        onChange={(event) => setProvider(event.target.value.trim())}
      />
      {pin.error && <Failure error={pin.error} />}
      {pin.data && pin.data.outcome !== 'counts' && <ReceivedOutcome received={pin.data} />}
      <div className={styles.actions}>
        <Button onClick={() => setIsOpen(false)}>{t('action.cancel')}</Button>
        <Button type="submit" kind="primary" disabled={pin.isPending}>
          {words.pin}
        </Button>
      </div>
    </form>
  )
}
