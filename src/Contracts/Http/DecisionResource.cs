using System.Text.Json.Serialization;

namespace MuSc.Contracts.Http;

/// <summary>What a set's scores say of it as a whole.</summary>
/// <param name="State">Whether, and how, it was decided.</param>
/// <param name="Text">The same in words.</param>
/// <param name="Threshold">An image is anomalous whose deciding score is at or above it; null where nothing is decided.</param>
/// <param name="MaskThreshold">The same for peaks of anomaly maps and pixels of masks.</param>
/// <param name="Contrast">Median peak of the anomalous images by that of the normal ones.</param>
/// <param name="Confidence">How far apart the two groups are.</param>
/// <param name="Near">Images within 5 % of the threshold.</param>
/// <param name="Flagged">Anomalous images.</param>
/// <param name="Images">Images that were decided.</param>
public sealed record DecisionResource(
    DecisionState State, string Text, double? Threshold, double? MaskThreshold, double? Contrast, DecisionConfidence Confidence, long Near, long Flagged, long Images)
{
    /// <summary>Images that count as normal though their final score reaches the threshold: their maps are zero and can carry no mask.</summary>
    public long WithoutMap { get; init; }

    /// <summary>How it was decided; in files of results.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DecisionRequest? Settings { get; init; }

    /// <summary>The names of the anomalous images; only in the answer to a request to decide anew.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Anomalous { get; init; }

    public static DecisionResource Of(SetDecision set) => new(
        set.State, set.Text, set.Threshold, set.MaskThreshold, set.Contrast, set.Confidence, set.Near, set.Flagged, set.Images)
    {
        WithoutMap = set.WithoutMap,
    };

    public SetDecision ToDecision() => new(State, Threshold, MaskThreshold, Contrast, Confidence, Near, Flagged, Images) { WithoutMap = WithoutMap };
}

/// <summary>How a set is decided. What is left out has the default of <see cref="DecisionOptions"/>.</summary>
public sealed record DecisionRequest
{
    /// <summary>The threshold, in the unit of the score that decides.</summary>
    public double? Threshold { get; init; }

    /// <summary>How many images are flagged: a count such as <c>12</c>, or a percentage such as <c>5%</c>.</summary>
    public string? Flag { get; init; }

    /// <summary>0.25 to 4; larger flags more.</summary>
    public double? Sensitivity { get; init; }

    /// <summary>What is known of how many images are anomalous.</summary>
    public Expectation? Expect { get; init; }

    /// <summary>Which score decides.</summary>
    public DecidingScore? Decide { get; init; }

    /// <summary>A mask holds no pixel below this share of its image's peak.</summary>
    public double? MaskTop { get; init; }

    /// <summary>How masks are made.</summary>
    public MaskMethod? Mask { get; init; }

    /// <summary>As options.</summary>
    /// <exception cref="FormatException">A value is not what it should be; the message names the member.</exception>
    public DecisionOptions ToOptions()
    {
        DecisionOptions usual = new();
        DecisionOptions given = usual with
        {
            Threshold = Threshold,
            Flag = Flag is null ? null : FlagShare.Parse(Flag),
            Sensitivity = Sensitivity ?? usual.Sensitivity,
            Expect = Expect ?? usual.Expect,
            DecideBy = Decide ?? usual.DecideBy,
            MaskTop = MaskTop ?? usual.MaskTop,
            Mask = Mask ?? usual.Mask,
        };
        return given.Problem is { } problem ? throw new FormatException(problem) : given;
    }

    /// <summary>Options as they were used.</summary>
    public static DecisionRequest Of(DecisionOptions used) => new()
    {
        Threshold = used.Threshold,
        Flag = used.Flag?.ToString(),
        Sensitivity = used.Sensitivity,
        Expect = used.Expect,
        Decide = used.DecideBy,
        MaskTop = used.MaskTop,
        Mask = used.Mask,
    };
}
