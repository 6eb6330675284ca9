// Words of the pages about security, in the language in use. Apart from those of i18n, which are all read
// before the first page shows: these are for admins, and loaded with their pages.
import { useTranslation } from 'react-i18next'
import { type CasesWords, deCases } from './de-cases.ts'
import { deSecurity, type SecurityWords } from './de-security.ts'
import { enCases } from './en-cases.ts'
import { enSecurity } from './en-security.ts'

export function securityWords(language: string): SecurityWords {
  return language.startsWith('de') ? deSecurity : enSecurity
}

export function useSecurityWords(): SecurityWords {
  return securityWords(useTranslation().i18n.language)
}

export function casesWords(language: string): CasesWords {
  return language.startsWith('de') ? deCases : enCases
}

export function useCasesWords(): CasesWords {
  return casesWords(useTranslation().i18n.language)
}
