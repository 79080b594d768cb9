namespace MuSc.Engine.Tiles;

/// <summary>
/// For every patch of a block a dot product below the k-th best of its final ones: nothing that does not exceed it matters, so it
/// need neither be looked for nor sent.
/// </summary>
/// <remarks>
/// It is rounded down to 16 bits and lies strictly below the k-th best known when it was sent. What is known can only add to
/// what is final, so a floor stays true whatever becomes of the owner that sent it: values that reach the final k-th best
/// exceed every floor of every epoch, and an owner that lost them is sent them again.
/// </remarks>
/// <param name="Scorers">Of how many scorers the owner knew.</param>
/// <param name="Values">[n × P]; negative infinity where everything matters.</param>
public sealed record BlockFloors(int Scorers, Half[] Values)
{
    /// <summary>The largest floor below a dot product.</summary>
    public static Half Below(float dot)
    {
        Half rounded = (Half)dot;
        return (float)rounded < dot ? rounded : Half.BitDecrement(rounded);
    }

    /// <summary>[n × P] as the kernel takes them.</summary>
    public float[] ToSingle() => Array.ConvertAll(Values, floor => (float)floor);
}
