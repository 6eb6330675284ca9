// Security, for admins: areas in the middle with their numbers, one of them on the right.
import { useQuery } from '@tanstack/react-query'
import type { FC } from 'react'
import { useTranslation } from 'react-i18next'
import { useCasesWords, useSecurityWords } from '../../i18n/security-words.ts'
import { api } from '../../platform/api.ts'
import { securityApi } from '../../platform/security-api.ts'
import { Panes } from '../shell/panes.tsx'
import type { IconName } from '../ui/icon.tsx'
import { Empty } from '../ui/notice.tsx'
import { SectionList } from '../ui/section-list.tsx'
import { useSession } from '../use-services.ts'
import { AdvisoriesSection } from './advisories-section.tsx'
import { CasesSection } from './cases-section.tsx'
import { ExposureSection } from './exposure-section.tsx'
import { ImportsSection } from './imports-section.tsx'
import styles from './security.module.css'
import { StopsSection } from './stops-section.tsx'

type SectionName = 'exposure' | 'stops' | 'cases' | 'advisories' | 'imports'

const SECTIONS: readonly {
  readonly name: SectionName
  readonly icon: IconName
  readonly View: FC<{ id?: string }>
}[] = [
  { name: 'exposure', icon: 'shield', View: ExposureSection },
  { name: 'stops', icon: 'stop', View: StopsSection },
  { name: 'cases', icon: 'question', View: CasesSection },
  { name: 'advisories', icon: 'note', View: AdvisoriesSection },
  { name: 'imports', icon: 'upload', View: ImportsSection },
]

export function SecurityPage({ section, id }: { section?: string; id?: string }) {
  const { t } = useTranslation()
  const words = useSecurityWords()
  const { person, hasTelephony } = useSession()
  const isAdmin = person.role === 'admin'
  // Devices of another phone system are stopped there.
  const shown = SECTIONS.filter(({ name }) => hasTelephony || name !== 'stops')
  const chosen = shown.find(({ name }) => name === section)
  const { name: here, View } = chosen ?? { name: 'exposure' as const, View: ExposureSection }
  if (!isAdmin)
    return (
      <main id="content" tabIndex={-1} className={styles.alone}>
        <h1 className="hidden-visually">{words.title}</h1>
        <Empty icon="lock" title={words.title} text={t('error.forbidden')} />
      </main>
    )
  return (
    <Panes
      title={words.title}
      list={<Sections here={here} shown={shown} />}
      detail={
        <div className={styles.detail}>
          <View {...(id !== undefined && { id })} />
        </div>
      }
      focus={chosen ? 'detail' : 'list'}
      backTo="/security"
    />
  )
}

/** What each area has to say stands below its name once it is known. */
function Sections({ here, shown }: { here: SectionName; shown: typeof SECTIONS }) {
  const words = { ...useSecurityWords(), cases: useCasesWords() }
  const figures = useQuery({ queryKey: ['exposure', 'figures'], queryFn: api.exposureFigures }).data?.all
  const { hasTelephony } = useSession()
  const wish = { queryKey: ['quarantine'], queryFn: securityApi.quarantine, enabled: hasTelephony }
  const quarantine = useQuery(wish).data
  const cases = useQuery({ queryKey: ['cases'], queryFn: securityApi.cases }).data
  const brief: Partial<Record<SectionName, string>> = {
    ...(figures && { exposure: words.exposure.brief(figures.affected, figures.unknown) }),
    ...(cases && { cases: words.cases.brief(cases.open, cases.lateAnswers + cases.lateDecisions) }),
    ...(quarantine && { stops: words.stops.brief(quarantine.stopped, quarantine.requests.length) }),
  }
  const sections = shown.map(({ name, icon }) => ({
    ...{ href: `/security/${name}`, icon, isHere: name === here },
    ...{ name: words[name].name, text: brief[name] ?? words[name].text },
  }))
  return <SectionList label={words.sections} sections={sections} />
}
