// Settings: sections in the middle, one of them on the right.
import { type FC, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Panes } from '../shell/panes.tsx'
import type { IconName } from '../ui/icon.tsx'
import { optional } from '../ui/optional.ts'
import { SectionList } from '../ui/section-list.tsx'
import { useSession } from '../use-services.ts'
import { AccountSection } from './account-section.tsx'
import { LookSection } from './look-section.tsx'
import { PhonesSection } from './phones-section.tsx'
import { ReportSection } from './report-section.tsx'
import styles from './settings.module.css'
import { SoundSection } from './sound-section.tsx'

const NewCodes = optional(() => import('./new-codes.tsx').then((views) => views.NewCodes))

type SectionName = 'sound' | 'phones' | 'look' | 'account' | 'report'

const SECTIONS: readonly {
  readonly name: SectionName
  readonly icon: IconName
  readonly View: FC
  readonly isOfTelephony?: boolean
}[] = [
  { name: 'sound', icon: 'sound', View: SoundSection, isOfTelephony: true },
  { name: 'phones', icon: 'desk', View: PhonesSection, isOfTelephony: true },
  { name: 'look', icon: 'globe', View: LookSection },
  { name: 'account', icon: 'person', View: AccountSection },
  { name: 'report', icon: 'shield', View: ReportSection },
]

export function SettingsPage({ section }: { section?: string }) {
  const { t } = useTranslation()
  const { person, hasTelephony } = useSession()
  const sections = SECTIONS.filter(({ isOfTelephony = false }) => hasTelephony || !isOfTelephony)
  const chosen = sections.find(({ name }) => name === section)
  const { name: here, View } = chosen ?? sections[0] ?? { name: 'look', View: LookSection }
  return (
    <Panes
      title={t('settings.title')}
      list={
        <>
          {person.role === 'admin' && hasTelephony && (
            <Suspense>
              <NewCodes />
            </Suspense>
          )}
          <Sections here={here} shown={sections} />
        </>
      }
      detail={
        <div className={styles.detail}>
          <h2>{t(`settings.${here}`)}</h2>
          <View />
        </div>
      }
      focus={chosen ? 'detail' : 'list'}
      backTo="/settings"
    />
  )
}

function Sections({ here, shown }: { here: SectionName; shown: typeof SECTIONS }) {
  const { t } = useTranslation()
  const sections = shown.map(({ name, icon }) => ({
    ...{ href: `/settings/${name}`, icon, isHere: name === here },
    ...{ name: t(`settings.${name}`), text: t(`settings.${name}Text`) },
  }))
  return <SectionList label={t('settings.sections')} sections={sections} />
}
