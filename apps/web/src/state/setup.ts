// What the welcome asks for, and what is wrong with it, step by step.
import type { SetupRequest } from '@rufwerk/contract'
import { problemWithEmail, problemWithExtension, problemWithPassword } from './fields.ts'

export interface SetupDraft {
  readonly language: 'de' | 'en'
  readonly country: 'de' | 'us'
  readonly company: string
  readonly name: string
  readonly email: string
  readonly extension: string
  readonly password: string
  readonly colleagues: readonly { readonly name: string; readonly extension: string }[]
}

export type SetupStep = 1 | 2 | 3

/** Keys of sentences, by field. Empty when the step is complete. */
export type Problems = Readonly<Record<string, string>>

export function emptyDraft(language: 'de' | 'en', country: 'de' | 'us'): SetupDraft {
  return {
    language,
    country,
    company: '',
    name: '',
    email: '',
    extension: '100',
    password: '',
    colleagues: [
      { name: '', extension: '101' },
      { name: '', extension: '102' },
    ],
  }
}

export function problemsOf(draft: SetupDraft, step: SetupStep): Problems {
  if (step === 1) return {}
  if (step === 2) {
    return present({
      company: required(draft.company),
      name: required(draft.name),
      email: problemWithEmail(draft.email),
      extension: problemWithExtension(draft.extension),
      password: problemWithPassword(draft.password),
    })
  }
  const problems: Record<string, string | undefined> = {}
  const used = [draft.extension]
  draft.colleagues.forEach((colleague, index) => {
    if (colleague.name.trim() === '') return
    problems[`extension${index}`] = problemWithExtension(colleague.extension, used)
    used.push(colleague.extension)
  })
  return present(problems)
}

export function setupRequest(draft: SetupDraft, token: string): SetupRequest {
  return {
    token,
    language: draft.language,
    company: draft.company.trim(),
    country: draft.country,
    admin: {
      name: draft.name.trim(),
      email: draft.email.trim(),
      password: draft.password,
      extension: draft.extension,
    },
    colleagues: draft.colleagues
      .filter((colleague) => colleague.name.trim() !== '')
      .map(({ name, extension }) => ({ name: name.trim(), extension })),
  }
}

/** Which step holds the field that the server refused. */
export function stepOf(field: string | undefined): SetupStep {
  if (field?.startsWith('colleagues')) return 3
  return field === 'language' || field === 'country' ? 1 : 2
}

function required(text: string): string | undefined {
  return text.trim() === '' ? 'field.required' : undefined
}

function present(problems: Readonly<Record<string, string | undefined>>): Problems {
  const found: Record<string, string> = {}
  for (const [field, problem] of Object.entries(problems)) if (problem !== undefined) found[field] = problem
  return found
}
