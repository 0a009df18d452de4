/** Some words of which one is chosen, as buttons; `id` is that of the label above. */
export function RadioChoices<T extends number>({ id, values, value, onChange }: { id: string; values: { value: NoInfer<T>; label: string }[]; value: T; onChange(value: T): void }) {
  return (
    <div className="choices" role="radiogroup" aria-labelledby={id}>
      {values.map((v) => <label className="choice" key={v.value}><input type="radio" name={id} checked={value === v.value} onChange={() => onChange(v.value)} /><span>{v.label}</span></label>)}
    </div>
  )
}
