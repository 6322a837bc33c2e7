/**
 * The numbers of the fire rules: the `fire` of a station in the edge file. No Vietnamese standard for the detection of forest
 * fires by sensors was found; where no other source is named, the number is our own proposal (docs/methods.md).
 */
import { z } from 'zod';
import { BASELINE_DAYS } from '../baseline.ts';

const day_s = 86_400;
const seconds = z.number().min(0).max(day_s);

export const fireSettingsSchema = z
  .strictObject({
    /** PM2.5 so far above its baseline is smoke, µg/m³, or so many median absolute deviations when that is more. */
    smoke_above: z.number().positive().default(100),
    smoke_mads: z.number().min(0).max(100).default(4),
    /** Carbon monoxide so far above its baseline, µg/m³: 5 ppm at 25 °C. Smouldering near a post gives 1 to 10 ppm, cells are accurate to 2 ppm. */
    co_above: z.number().positive().default(5728),
    /** So many of the last samples of smoke and CO must say so. */
    needed: z.int().min(1).max(20).default(2),
    of: z.int().min(1).max(20).default(3),
    /** The air becomes so much warmer, °C, within so long; or is so much warmer than its baseline. */
    temperature_rise: z.number().positive().default(8),
    rise_within_s: z.number().min(60).max(day_s).default(600),
    temperature_above: z.number().positive().default(12),
    /** The flame contact is closed for so long, in at least two polls one after the other. */
    flame_s: z.number().min(1).max(3600).default(5),
    /** Two signals within so long are an alarm. */
    together_s: seconds.default(300),
    /** While a fire is suspected or found, and at least so long since, what gives the signals is read so often. */
    recheck_every_s: z.number().min(10).max(30).default(15),
    recheck_s: seconds.default(180),
    /** It is over when everything has been below this share of its trigger for so long. */
    clear_share: z.number().min(0).max(1).default(0.5),
    clear_s: seconds.default(900),
    /** After more rain than this, mm within so long, one post alone suspects and does not alarm. */
    rain_above: z.number().min(0).default(1),
    rain_within_s: z.number().min(600).max(day_s).default(3600),
    /** Days of the baseline, and how many of them there must be: until then it learns and only contacts and the rise of temperature count. */
    baseline_days: z.int().min(1).max(BASELINE_DAYS).default(BASELINE_DAYS),
    baseline_least_days: z.int().min(1).max(BASELINE_DAYS).default(5),
  })
  .superRefine((settings, context) => {
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    const { needed, of, baseline_least_days, baseline_days } = settings;
    if (needed > of) refuse('needed', `${needed} of ${of} samples cannot be`);
    if (baseline_least_days > baseline_days)
      refuse(
        'baseline_least_days',
        `${baseline_least_days} days cannot be found in the last ${baseline_days}`,
      );
  });

export type FireSettings = z.infer<typeof fireSettingsSchema>;
