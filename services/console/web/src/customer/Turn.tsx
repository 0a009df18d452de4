import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatTime, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import './turn.css'

/** Whose turn something is, a review or a request. */
export interface TurnOf {
  escalated: boolean
  people: { name: string; holderName: string }[]
  nextTime?: Timestamp
}

/** The names of those whose turn it is, the first two of many: "周敏、孙平 代 赵刚". */
export function useTurnNames(): (turn: Pick<TurnOf, 'people'>) => string {
  const { t } = useTranslation()
  const lang = useLanguage()
  return ({ people }) => {
    const names = people.map((p) => (p.holderName ? t('turn.acts', { name: p.name, holder: p.holderName }) : p.name))
    const first = joinWords(names.slice(0, 2), lang)
    return names.length > 2 ? t('turn.more', { names: first, count: names.length }) : first
  }
}

/** With whom something lies, whether it went up, and when it will (ROL-05). */
export function Turn({ turn, nobody }: { turn: TurnOf; nobody?: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const names = useTurnNames()(turn)
  if (turn.people.length === 0) return <p className="turn text-late"><Icon name="alert" size={16} />{nobody ?? t('turn.nobody')}</p>
  return (
    <p className="turn">
      <Icon name={turn.escalated ? 'alert' : 'people'} size={16} />
      <span>
        {t(turn.escalated ? 'turn.escalated' : 'turn.with', { names })}
        {turn.nextTime && <span className="quiet"> · {t('turn.next', { time: formatTime(turn.nextTime, lang, zone) })}</span>}
      </span>
    </p>
  )
}
