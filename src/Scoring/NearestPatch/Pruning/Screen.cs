namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>What a map's bounds are made of.</summary>
/// <param name="Directions">Leading directions, in float32.</param>
/// <param name="Bytes">
/// Whether what they leave of a token enters in 8 bits a channel (<see cref="ByteDots"/>), or by its length alone.
/// </param>
internal readonly record struct Screen(int Directions, bool Bytes)
{
    /// <summary>More channels than this could leave the range of a 16-bit bound, <see cref="BoundMatrix"/>.</summary>
    private const int MostChannelsInBytes = 4096;

    /// <summary>Float32 channels of a bound: the directions and the lengths.</summary>
    public int Channels => Directions + (Bytes ? 2 : 1);

    /// <summary>Whether bytes are to be had.</summary>
    public static bool TakesBytes(int channels) => ByteDots.IsSupported && channels <= MostChannelsInBytes;

    /// <summary>No more directions are worth while, whatever the map.</summary>
    public static int MostDirections(int channels) => Math.Min(TakesBytes(channels) ? 16 : 64, channels / 2);

    public override string ToString() => Bytes ? $"{Directions} + bytes" : $"{Directions}";
}
