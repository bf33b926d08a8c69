import { useTranslation } from 'react-i18next'
import type { Colour } from '../../api/types'
import { IconButton } from '../../ui/icon-button'
import { LabelDot, labelColours } from '../../ui/label-dot'
import { Menu, MenuChoice } from '../../ui/menu'

type Props = { name: string; value: Colour; disabled?: boolean; onChange: (colour: Colour) => void }

/** Chooses one of the colours there are; each has its name, too. */
export function ColourMenu({ name, value, disabled, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <Menu
      align="start"
      trigger={
        <IconButton name={name} disabled={disabled}>
          <LabelDot colour={value} className="size-4" />
        </IconButton>
      }
    >
      <MenuChoice
        name={name}
        value={value}
        options={labelColours.map((colour) => ({ value: colour, name: t(`colour.${colour}`) }))}
        onChange={onChange}
      />
    </Menu>
  )
}
