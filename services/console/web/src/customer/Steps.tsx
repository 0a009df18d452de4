import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'

/** Where a file stands on its way: basics, details, review; and how far the present step is. */
export function Steps({ now, progress }: { now: 1 | 2 | 3; progress?: { done: number; of: number } }) {
  const { t } = useTranslation()
  return (
    <ol className="steps" aria-label={t('file.steps.label')}>
      {([1, 2, 3] as const).map((step) => (
        <li key={step} className={step === now ? 'now' : step < now ? 'past' : undefined} aria-current={step === now ? 'step' : undefined}>
          {step === now && progress && progress.of > 0 && <i style={{ width: `${(100 * progress.done) / progress.of}%` }} aria-hidden="true" />}
          {step < now ? <Icon name="check" size={16} /> : <span>{step}</span>}
          {t(`file.steps.${step}`)}
          {step === now && progress && <b className="small" aria-label={t('file.progress', progress)}>{progress.done}/{progress.of}</b>}
        </li>
      ))}
    </ol>
  )
}
