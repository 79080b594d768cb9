namespace MuSc.Scoring.Metrics.Pixels;

/// <summary>Turns a float32 into an unsigned number of the same order, so that scores can be counted by their bits.</summary>
internal static class FloatOrder
{
    public static uint Key(float value)
    {
        // Adding zero makes −0 and +0 one score.
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 0x8000_0000u);
    }

    public static float Value(uint key) =>
        BitConverter.UInt32BitsToSingle(key ^ ((uint)((int)~key >> 31) | 0x8000_0000u));
}
