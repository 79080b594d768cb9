namespace MuSc.Evaluation.Studies;

/// <summary>The ablations of the paper (Tables 3, 5, 7, 9, 10, 15, 16 and Figure 8), each around the settings of an evaluation.</summary>
public static class StudyCatalogue
{
    private static readonly int[] SubsetCounts = [1, 2, 3];
    private static readonly int[] ScorerShares = [2, 3, 4, 8];
    private const int Seeds = 5;
    private static readonly string[] Ranges =
    [
        "0%,10%", "0%,20%", "0%,30%", "0%,40%", "0%,50%", "0%,60%", "0%,70%", "0%,80%", "0%,90%", "0%,100%",
        "10%,30%", "20%,30%", "10%,40%", "20%,50%", "30%,60%", "40%,70%", "50%,80%", "60%,90%", "70%,100%",
    ];

    private static readonly int[][] WindowLists =
        [[], [2], [3], [4], [5], [8], [9], [1, 2, 3], [1, 8, 9], [2, 3, 4], [1, 2, 3, 4, 5], [StudySetting.FullWindow]];

    /// <summary>The comparison of methods, which is scored apart from the others.</summary>
    public const string Methods = "methods";

    /// <summary>Names of the ablations.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["degrees", "interval", "ranges", "windows", "subsets", "scorers", Methods];

    /// <summary>The ablations that an evaluation asks for, and its comparison of numbers of references.</summary>
    /// <exception cref="JobException">There is no ablation of such a name.</exception>
    public static IReadOnlyList<Study> Of(EvaluationSpec spec)
    {
        PatchSetting usual = new(spec.Scoring.Degrees, spec.Scoring.Interval, spec.Scoring.Reduction, new(spec.Scoring.Subsets, 0, ScoringMode.Mutual));
        List<Study> studies = [.. spec.Studies.Where(key => key != Methods).Select(key => key switch
        {
            "degrees" => Degrees(spec, usual),
            "interval" => Modes(spec, usual),
            "ranges" => new Study(key, "Ranges of the interval average", [.. Ranges.Select(
                range => new StudySetting(range, usual with { Interval = IntervalRange.Parse(range) }, spec.EffectiveWindows))]),
            "windows" => new Study(key, "Windows of RsCIN: none, single, multiple, full", [.. WindowLists.Select(
                windows => new StudySetting(Name(windows), usual, windows))]),
            "subsets" => new Study(key, "Number of subsets", [.. SubsetCounts.Select(
                count => new StudySetting($"{count}", usual with { Scorers = usual.Scorers with { Subsets = count } }, spec.EffectiveWindows))]),
            "scorers" => new Study(key, "Scorers of each image, of N", [
                new StudySetting("all", usual, spec.EffectiveWindows),
                .. from share in ScorerShares
                   from seed in Enumerable.Range(0, Seeds)
                   select new StudySetting($"N/{share}, seed {seed}", usual with { Scorers = usual.Scorers with { Share = share, Seed = seed } }, spec.EffectiveWindows)]),
            _ => throw new JobException(JobErrorKind.Usage, $"There is no ablation '{key}'; there are {string.Join(", ", Keys)}."),
        })];
        return spec.Shots.Count == 0 ? studies : [.. studies, Shots(spec, usual)];
    }

    private static Study Degrees(EvaluationSpec spec, PatchSetting usual)
    {
        int[][] choices = [.. Enumerable.Range(1, (1 << spec.Scoring.Degrees.Count) - 1)
            .Select(bits => spec.Scoring.Degrees.Where((_, at) => (bits >> at & 1) != 0).ToArray())
            .OrderBy(choice => choice.Length)];
        return new("degrees", "Aggregation degrees of LNAMD", [.. choices.Select(
            choice => new StudySetting(string.Join(", ", choice), usual with { Degrees = choice }, spec.EffectiveWindows))]);
    }

    private static Study Modes(EvaluationSpec spec, PatchSetting usual) => new("interval", "Interval or all distances; mean, min or max", [..
        from range in new[] { spec.Scoring.Interval, IntervalRange.All }
        from reduction in Enum.GetValues<Reduction>()
        select new StudySetting(
            $"{range} {reduction}".ToLowerInvariant(), usual with { Interval = range, Reduction = reduction }, spec.EffectiveWindows)]);

    private static Study Shots(EvaluationSpec spec, PatchSetting usual) => new("shots", "Normal references: MuSc and, with references alone, MuSc+", [..
        from shots in spec.Shots
        from mode in shots > 0 ? Enum.GetValues<ScoringMode>() : [ScoringMode.Mutual]
        select new StudySetting(
            $"{shots}-shot {(mode == ScoringMode.Mutual ? "MuSc" : "MuSc+")}",
            mode == ScoringMode.Mutual
                ? usual with { Scorers = usual.Scorers with { Shots = shots } }
                : usual with { Interval = IntervalRange.All, Reduction = Reduction.Min, Scorers = new(1, shots, mode) },
            spec.EffectiveWindows)]);

    private static string Name(int[] windows) => windows is [] ? "none"
        : windows is [StudySetting.FullWindow] ? "full" : string.Join(", ", windows);
}

/// <summary>One ablation: a table whose rows differ in one setting.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Title">What the table shows.</param>
/// <param name="Settings">Its rows.</param>
public sealed record Study(string Key, string Title, IReadOnlyList<StudySetting> Settings);

/// <summary>One row of an ablation.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Patch">How patches are scored.</param>
/// <param name="Windows">RsCIN's windows; empty for none, <see cref="FullWindow"/> for all images.</param>
public sealed record StudySetting(string Name, PatchSetting Patch, IReadOnlyList<int> Windows)
{
    /// <summary>A window that holds every image of any set.</summary>
    public const int FullWindow = int.MaxValue;
}

/// <summary>Everything on which patch scores depend, once the features are there.</summary>
/// <param name="Degrees">Aggregation degrees.</param>
/// <param name="Interval">Which distances count.</param>
/// <param name="Reduction">What becomes of them.</param>
/// <param name="Scorers">Who scores.</param>
public sealed record PatchSetting(IReadOnlyList<int> Degrees, IntervalRange Interval, Reduction Reduction, ScorerChoice Scorers)
{
    public bool Equals(PatchSetting? other) => other is not null
        && Degrees.SequenceEqual(other.Degrees) && Interval == other.Interval && Reduction == other.Reduction && Scorers == other.Scorers;

    public override int GetHashCode() => HashCode.Combine(Degrees.Count, Interval, Reduction, Scorers);
}

/// <summary>Who scores an image.</summary>
/// <param name="Subsets">Into how many subsets the set is split; only the image's own scores it.</param>
/// <param name="Shots">How many references K score it too.</param>
/// <param name="Mode">Whether the other images score at all.</param>
/// <param name="Share">One in so many of the others scores it; 0 for all.</param>
/// <param name="Seed">Seed of who scores whom.</param>
public readonly record struct ScorerChoice(int Subsets, int Shots, ScoringMode Mode, int Share = 0, int Seed = 0)
{
    /// <summary>Scorers of each of so many images, even; null for all.</summary>
    public int? Scorers(int images) => Share == 0 ? null : Math.Max(2, 2 * (int)Math.Round(images / (2.0 * Share)));
}
