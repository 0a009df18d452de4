import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'

/** Where a file stands on its way: basics, details, review. */
export function Steps({ now }: { now: 1 | 2 | 3 }) {
  const { t } = useTranslation()
  return (
    <ol className="steps" aria-label={t('file.steps.label')}>
      {([1, 2, 3] as const).map((step) => (
        <li key={step} className={step === now ? 'now' : step < now ? 'past' : undefined} aria-current={step === now ? 'step' : undefined}>
          {step < now ? <Icon name="check" size={16} /> : <span>{step}</span>}
          {t(`file.steps.${step}`)}
        </li>
      ))}
    </ol>
  )
}
