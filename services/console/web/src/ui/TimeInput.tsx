import { Input } from 'antd'
import { useState } from 'react'

interface Props {
  value: string
  onChange(value: string): void
  id?: string
  disabled?: boolean
  label?: string
}

/** A time of day as 21:30 in every browser; 2130 and 9 are put right when the field is left. */
export function TimeInput({ value, onChange, id, disabled, label }: Props) {
  const [text, setText] = useState<string>()
  const leave = () => {
    if (text !== undefined) onChange(tidyTime(text))
    setText(undefined)
  }
  return <Input className="time" id={id} aria-label={label} disabled={disabled} inputMode="numeric" maxLength={5} placeholder="00:00" value={text ?? value} status={value && !/^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? 'error' : undefined} onChange={(e) => { setText(e.target.value); onChange(e.target.value) }} onBlur={leave} />
}

/** What was typed as HH:MM where it can be one: 9 → 09:00, 930 → 09:30, 21：30 → 21:30. */
export function tidyTime(text: string): string {
  const [, h, m = '0'] = /^\s*(\d{1,2})(?:[:：.]?(\d{2}))?\s*$/.exec(text) ?? []
  return h === undefined || Number(h) > 23 || Number(m) > 59 ? text : `${h.padStart(2, '0')}:${m.padStart(2, '0')}`
}
