// What may be done with a case: one act chosen, its fields below. Closing takes evidence and a second person.
import type { CaseAct, CaseDetail } from '@rufwerk/contract/cases'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCasesWords } from '../../i18n/security-words.ts'
import { failureOf } from '../../platform/api.ts'
import { sha256Of } from '../../platform/file-hash.ts'
import { securityApi } from '../../platform/security-api.ts'
import { type ActType, actsOf, isSha256 } from '../../state/security/cases.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { FileField, TextArea } from '../ui/wide-field.tsx'
import { usePeople } from '../use-services.ts'
import styles from './security.module.css'

const WORDS_CHARS_MAX = 4_000
const LEVELS = [1, 2, 3, 4] as const
const VERDICTS = ['false-positive', 'removed', 'not-affected'] as const
const KINDS = [
  ...(['reproduced-build', 'source-review', 'file-analysis', 'removal-verified'] as const),
  ...(['inventory-look', 'log-extract', 'vendor-statement', 'scanner-verdict'] as const),
]

/** What is typed and chosen; which of it counts depends on the act. */
interface Draft {
  readonly words: string
  readonly owner: string
  readonly level: (typeof LEVELS)[number]
  readonly verdict: (typeof VERDICTS)[number]
  readonly kind: (typeof KINDS)[number]
  readonly sha256: string
}

const EMPTY: Omit<Draft, 'level'> = {
  ...{ words: '', owner: '', verdict: 'false-positive', kind: 'reproduced-build', sha256: '' },
}

function actOf(type: ActType, draft: Draft): CaseAct {
  const words = draft.words.trim()
  switch (type) {
    case 'answer':
    case 'note':
      return { type, words }
    case 'assign':
      return { type, owner: draft.owner }
    case 'rate':
      return { type, level: draft.level, why: words }
    case 'evidence':
      return { type, kind: draft.kind, what: words, sha256: draft.sha256 }
    case 'propose':
      return { type, verdict: draft.verdict, why: words }
    case 'reject':
      return { type, why: words }
    case 'confirm':
      return { type }
  }
}

export function CaseActs({ one }: { one: CaseDetail }) {
  const words = useCasesWords()
  const acts = actsOf(one)
  if (acts.length === 0) return <Notice kind="note">{words.act.closed}</Notice>
  return <ActForm key={`${one.status} ${one.timeline.length}`} one={one} acts={acts} />
}

function ActForm({ one, acts }: { one: CaseDetail; acts: readonly ActType[] }) {
  const { t } = useTranslation()
  const words = useCasesWords().act
  const client = useQueryClient()
  const [type, setType] = useState<ActType>(acts[0] ?? 'note')
  const [draft, setDraft] = useState<Draft>({ ...EMPTY, level: one.level })
  const [isChecked, setIsChecked] = useState(false)
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }))
  const act = useMutation({
    mutationFn: () => securityApi.actOnCase(one.id, actOf(type, draft)),
    onSuccess: (changed) => {
      client.setQueryData(['cases', one.id], changed)
      client.invalidateQueries({ queryKey: ['cases'], exact: true }).catch(() => undefined)
      // The form begins anew.
      document.getElementById('content')?.focus()
    },
  })
  const needsWords = ['answer', 'note', 'evidence', 'propose'].includes(type)
  const problems = {
    words: needsWords && draft.words.trim() === '' ? t('field.required') : undefined,
    owner: type === 'assign' && draft.owner === '' ? t('field.required') : undefined,
    sha256: type === 'evidence' && !isSha256(draft.sha256) ? words.sha256Wrong : undefined,
  }
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (!Object.values(problems).some(Boolean)) act.mutate()
  }
  return (
    <form onSubmit={onSubmit} noValidate className={styles.card} aria-label={words.title}>
      <SelectField
        label={words.which}
        value={type}
        choices={acts.map((value) => ({ value, label: words[value] }))}
        onChange={(event) => {
          setType(event.target.value as ActType)
          setIsChecked(false)
          act.reset()
        }}
      />
      <ActFields
        type={type}
        draft={draft}
        problems={isChecked ? problems : { words: undefined, owner: undefined, sha256: undefined }}
        onChange={change}
      />
      {act.error &&
        (failureOf(act.error) === 'conflict' ? (
          <Notice kind="problem">{words.refused[type] ?? words.refused.other}</Notice>
        ) : (
          <Failure error={act.error} />
        ))}
      <div className={styles.actions}>
        <Button type="submit" kind="primary" disabled={act.isPending}>
          {words.do}
        </Button>
      </div>
    </form>
  )
}

interface ActFieldsProps {
  readonly type: ActType
  readonly draft: Draft
  readonly problems: Readonly<Record<'words' | 'owner' | 'sha256', string | undefined>>
  readonly onChange: (part: Partial<Draft>) => void
}

function ActFields({ type, draft, problems, onChange }: ActFieldsProps) {
  const all = useCasesWords()
  const words = all.act
  const label = {
    ...{ answer: words.words, note: words.words, evidence: words.what, propose: words.why },
    ...{ rate: words.whyOptional, reject: words.whyOptional, assign: '', confirm: '' },
  }[type]
  return (
    <>
      {type === 'assign' && <OwnerField draft={draft} problem={problems.owner} onChange={onChange} />}
      {type === 'rate' && (
        <SelectField
          label={words.level}
          value={String(draft.level)}
          choices={LEVELS.map((level) => ({ value: String(level), label: all.levels[level] ?? '' }))}
          onChange={({ target }) => onChange({ level: Number(target.value) as Draft['level'] })}
        />
      )}
      {type === 'propose' && (
        <SelectField
          label={words.verdict}
          hint={words.needs[draft.verdict]}
          value={draft.verdict}
          choices={VERDICTS.map((value) => ({ value, label: all.verdicts[value] ?? value }))}
          onChange={({ target }) => onChange({ verdict: target.value as Draft['verdict'] })}
        />
      )}
      {type === 'evidence' && <EvidenceFields draft={draft} problem={problems.sha256} onChange={onChange} />}
      {type === 'confirm' && <p>{words.confirmText}</p>}
      {label !== '' && (
        <TextArea
          label={label}
          hint={type === 'answer' ? words.answerHint : undefined}
          value={draft.words}
          maxLength={WORDS_CHARS_MAX}
          problem={problems.words}
          onChange={({ target }) => onChange({ words: target.value })}
        />
      )}
    </>
  )
}

interface PartProps {
  readonly draft: Draft
  readonly problem: string | undefined
  readonly onChange: (part: Partial<Draft>) => void
}

function OwnerField({ draft, problem, onChange }: PartProps) {
  const words = useCasesWords().act
  const admins = usePeople().people.filter(({ role }) => role === 'admin')
  return (
    <SelectField
      label={words.owner}
      problem={problem}
      value={draft.owner}
      choices={[{ value: '', label: '–' }, ...admins.map(({ id, name }) => ({ value: id, label: name }))]}
      onChange={({ target }) => onChange({ owner: target.value })}
    />
  )
}

function EvidenceFields({ draft, problem, onChange }: PartProps) {
  const all = useCasesWords()
  const words = all.act
  const onFile = async (file: File | undefined): Promise<void> => {
    const sha256 = file && (await sha256Of(file))
    if (sha256 !== undefined) onChange({ sha256 })
  }
  return (
    <>
      <SelectField
        label={words.kind}
        value={draft.kind}
        choices={KINDS.map((value) => ({ value, label: all.evidenceKinds[value] ?? value }))}
        onChange={({ target }) => onChange({ kind: target.value as Draft['kind'] })}
      />
      <FileField label={words.file} hint={words.fileHint} onFile={(file) => void onFile(file)} />
      <TextField
        label={words.sha256}
        value={draft.sha256}
        autoComplete="off"
        spellCheck={false}
        problem={problem}
        onChange={({ target }) => onChange({ sha256: target.value.trim() })}
      />
    </>
  )
}
