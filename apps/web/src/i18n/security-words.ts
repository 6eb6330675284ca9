// Words of the pages about security, in the language in use. Apart from those of i18n, which are all read
// before the first page shows: these are for admins, and loaded with their pages.
import { useTranslation } from 'react-i18next'
import { deSecurity, type SecurityWords } from './de-security.ts'
import { enSecurity } from './en-security.ts'

export function securityWords(language: string): SecurityWords {
  return language.startsWith('de') ? deSecurity : enSecurity
}

export function useSecurityWords(): SecurityWords {
  return securityWords(useTranslation().i18n.language)
}
