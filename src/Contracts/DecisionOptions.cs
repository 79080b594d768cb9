using System.Text.Json.Serialization;

namespace MuSc.Contracts;

/// <summary>How a scored set is decided (docs/decisions.md): which images are anomalous, and which of their pixels. No label is read.</summary>
public sealed record DecisionOptions
{
    /// <summary>The least <see cref="Sensitivity"/>.</summary>
    public const double LeastSensitivity = 0.25;

    /// <summary>The greatest <see cref="Sensitivity"/>.</summary>
    public const double GreatestSensitivity = 4;

    /// <summary>The threshold, in the unit of <see cref="DecideBy"/>, at least 0. The default is found from the scores.</summary>
    public double? Threshold { get; init; }

    /// <summary>How many of the images are flagged; not together with <see cref="Threshold"/>. The default follows from the scores.</summary>
    public FlagShare? Flag { get; init; }

    /// <summary>0.25 to 4; larger flags more. The default is 1.</summary>
    public double Sensitivity { get; init; } = 1;

    /// <summary>What is known of how many images are anomalous. The default is nothing.</summary>
    public Expectation Expect { get; init; }

    /// <summary>Which score decides. The default is the peak of the anomaly map.</summary>
    public DecidingScore DecideBy { get; init; }

    /// <summary>A mask holds no pixel below this share of its image's peak, 0 to 1; 0 leaves the threshold alone. The default is 0.75.</summary>
    public double MaskTop { get; init; } = 0.75;

    /// <summary>How masks are made. The default is by the set's threshold.</summary>
    public MaskMethod Mask { get; init; }

    /// <summary>What contradicts, or null: a sentence for whoever gave the options.</summary>
    [JsonIgnore]
    public string? Problem => this switch
    {
        { Threshold: not null, Flag: not null } => "Give a threshold or how many images to flag, not both.",
        { Threshold: { } threshold } when !(threshold >= 0 && threshold <= float.MaxValue) => $"The threshold {threshold} is not a score; scores are finite and 0 or more.",
        { Flag: { } flag } when !(flag.Value >= 0 && (!flag.IsPercent || flag.Value <= 100)) => $"'{flag}' images cannot be flagged; give a count such as 12, or 0% to 100%.",
        { Sensitivity: var sensitivity } when !(sensitivity is >= LeastSensitivity and <= GreatestSensitivity) =>
            $"The sensitivity {sensitivity} is not between {LeastSensitivity} and {GreatestSensitivity}.",
        { MaskTop: var top } when !(top is >= 0 and <= 1) => $"The share of the peak {top} is not between 0 and 1.",
        _ when !Enum.IsDefined(Expect) || !Enum.IsDefined(DecideBy) || !Enum.IsDefined(Mask) => "An unknown kind of decision.",
        _ => null,
    };
}

/// <summary>What is known of how many images are anomalous.</summary>
public enum Expectation
{
    /// <summary>Nothing: the scores tell whether the set separates.</summary>
    Unknown,

    /// <summary>A few per cent: only images far above all others are flagged.</summary>
    Few,

    /// <summary>A fifth or more: the set is split into two groups even where the scores alone would not say so.</summary>
    Many,
}

/// <summary>Which score decides about an image.</summary>
public enum DecidingScore
{
    /// <summary>The maximum of its anomaly map, before rescoring: one unit for images, masks and thresholds.</summary>
    Peak,

    /// <summary>The final score, after rescoring.</summary>
    Final,
}

/// <summary>How masks are made.</summary>
public enum MaskMethod
{
    /// <summary>Pixels of anomalous images at or above the set's threshold and a share of the image's peak.</summary>
    Split,

    /// <summary>MEBin (AnomalyNCD, CVPR 2025), image by image; it may disagree with the decision about the image.</summary>
    Mebin,
}

/// <summary>How many images are flagged: a count, or a percentage of the set.</summary>
/// <param name="Value">Images, or per cent.</param>
/// <param name="IsPercent">Whether it is per cent.</param>
public sealed record FlagShare(decimal Value, bool IsPercent)
{
    /// <summary>Reads <c>12</c> or <c>5%</c>.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static FlagShare Parse(string text)
    {
        string trimmed = text.Trim();
        bool percent = trimmed.EndsWith('%');
        return decimal.TryParse(percent ? trimmed[..^1] : trimmed, percent ? NumberStyles.AllowDecimalPoint : NumberStyles.None, CultureInfo.InvariantCulture, out decimal value)
            && (!percent || value <= 100)
            ? new(value, percent)
            : throw new FormatException($"'{text}' is not a number of images: give a count such as 12, or a percentage such as 5%.");
    }

    /// <summary>How many of <paramref name="images"/>: a percentage is rounded up; never more than there are.</summary>
    public long Of(long images) => (long)Math.Min(IsPercent ? Math.Ceiling(Value * images / 100) : Value, images);

    public override string ToString() => IsPercent ? $"{Value.ToString(CultureInfo.InvariantCulture)}%" : Value.ToString(CultureInfo.InvariantCulture);
}
