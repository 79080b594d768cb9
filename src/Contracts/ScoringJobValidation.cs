namespace MuSc.Contracts;

/// <summary>Checks a specification before any work: everything that can be said without opening a file.</summary>
public static class ScoringJobValidation
{
    /// <summary>The least memory that a job is promised to keep to.</summary>
    public const long LeastMemoryBytes = 128L << 20;

    // Far beyond what is of use; beyond it a number is a mistake, or meant to do harm.
    private const int MostDegree = 999;
    private const int MostEntries = 100;
    private const int MostThreads = 4_096;
    private const int MostBatch = 4_096;
    private const int LongestName = 200;
    private const int MostMetadata = 16;
    private const int LongestKey = 64;
    private const int LongestValue = 512;

    /// <summary>Checks a specification.</summary>
    /// <exception cref="JobException">It is not valid; the message lists all that is wrong, one line each.</exception>
    public static void Check(ScoringJobSpec spec)
    {
        string[] problems = [.. Problems(spec)];
        if (problems.Length > 0)
        {
            throw new JobException(JobErrorKind.Usage, string.Join(Environment.NewLine, problems));
        }
    }

    private static IEnumerable<string> Problems(ScoringJobSpec spec)
        => Inputs(spec).Concat(Method(spec)).Concat(Gallery(spec)).Concat(Work(spec)).Concat(Label(spec.Name, spec.Metadata, spec.Owner));

    /// <summary>What is wrong with what somebody says of a job or a set.</summary>
    public static IEnumerable<string> Label(string? name, IReadOnlyDictionary<string, string>? metadata, string? owner)
    {
        if (name is { Length: > LongestName } || name?.Any(char.IsControl) == true)
        {
            yield return $"A name has at most {LongestName} characters, none of them a control character.";
        }

        if (metadata?.Count > MostMetadata || metadata?.Any(entry => entry.Key.Length is 0 or > LongestKey || entry.Value is not { Length: <= LongestValue }) == true)
        {
            yield return $"Metadata has at most {MostMetadata} entries; a key has 1 to {LongestKey} characters, a value at most {LongestValue}.";
        }

        if (owner is not null && !PathRules.IsIdentifier(owner))
        {
            yield return $"'{owner}' cannot own anything: an owner is at most {PathRules.LongestIdentifier} letters, digits, '.', '_' and '-', a letter or digit first.";
        }
    }

    private static IEnumerable<string> Sources(ScoringJobSpec spec)
    {
        foreach (ImageSource source in new[] { spec.Source, spec.ReferenceSource }.OfType<ImageSource>())
        {
            if (source.Set is null == source.Path is null)
            {
                yield return "Give either a set of images or a path.";
            }
            else if (source.Set is { } set && !PathRules.IsIdentifier(set))
            {
                yield return $"'{set}' is no set of images: give at most {PathRules.LongestIdentifier} letters, digits, '.', '_' and '-', a letter or digit first.";
            }
            else if (source.Path is { } path && (!Path.IsPathFullyQualified(path) || path.Any(char.IsControl)))
            {
                yield return $"The path '{path}' is not whole: it begins at the root of the file system.";
            }
        }
    }

    private static IEnumerable<string> Inputs(ScoringJobSpec spec)
    {
        bool tokens = spec.TokensFile is not null;
        foreach (string problem in Sources(spec))
        {
            yield return problem;
        }

        if (tokens && (spec.Images.Count > 0 || spec.References.Count > 0))
        {
            yield return "Give either images or a file of tokens, not both.";
        }

        if (!tokens && spec.Images.Count == 0 && spec.Source is null)
        {
            yield return "There is nothing to score: give images, or a file of tokens.";
        }

        if (!tokens && spec.ClassTokensFile is not null)
        {
            yield return "A file of class tokens goes with a file of tokens.";
        }

        if (!tokens && (spec.TokenNames is not null || spec.TokenReferences != 0))
        {
            yield return "Names and references among tokens go with a file of tokens.";
        }

        if (spec.TokenReferences < 0)
        {
            yield return "The number of references is 0 or more.";
        }

        foreach (string name in spec.TokenNames?.Where(name => !PathRules.IsImageName(name)) ?? [])
        {
            yield return $"'{name}' cannot name an image in the results: a name is a relative path without '..' and control characters, of at most {PathRules.LongestImageName} characters.";
        }

        if (spec.Images.Count == 1 && spec.References.Count == 0 && spec.Gallery is null)
        {
            yield return "One image has nothing to be compared with: give more images, or references known to be normal.";
        }

        foreach (ImageFile image in spec.Images.Concat(spec.References).Where(image => !PathRules.IsImageName(image.Name)))
        {
            yield return $"'{image.Name}' cannot name an image in the results: a name is a relative path without '..' and control characters, of at most {PathRules.LongestImageName} characters.";
        }

        foreach (string name in spec.Images.GroupBy(image => image.Name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            yield return $"Two images are called '{name}'.";
        }
    }

    private static IEnumerable<string> Method(ScoringJobSpec spec)
    {
        if (spec.Mode == ScoringMode.References && spec.ReferenceSource is null && spec.References.Count + spec.TokenReferences == 0)
        {
            yield return "References alone shall score, but none are given.";
        }

        if (spec.Size is < 1 or > 1 << 14)
        {
            yield return $"A size of {spec.Size} pixels is out of range: 1 … 16384.";
        }

        if (spec.Stages is { } stages && (stages.Count == 0 || stages.Count > MostEntries || stages.Any(stage => stage < 1) || stages.Distinct().Count() < stages.Count))
        {
            yield return "Stages are numbers from 1 on, each once, at least one.";
        }

        if (spec.Degrees.Count is 0 or > MostEntries
            || spec.Degrees.Any(degree => degree is < 1 or > MostDegree || degree % 2 == 0)
            || spec.Degrees.Distinct().Count() < spec.Degrees.Count)
        {
            yield return $"Aggregation degrees are odd numbers from 1 to {MostDegree}, each once, at least one.";
        }

        if (!Enum.IsDefined(spec.Aggregation) || !Enum.IsDefined(spec.Rescoring))
        {
            yield return "An unknown way to aggregate or to rescore.";
        }

        if (spec.Rescoring == Rescoring.None && spec.Windows.Count > 0)
        {
            yield return "Windows are given, but scores are not to be rescored: leave out one of the two.";
        }

        if (spec.Windows.Count > MostEntries || spec.Windows.Any(window => window < 1))
        {
            yield return $"Windows of RsCIN are numbers from 1 on, at most {MostEntries}.";
        }

        if (spec.CheckRepeats && (spec.Mode != ScoringMode.Mutual || spec.Interval != IntervalRange.Default || spec.Reduction != Reduction.Mean))
        {
            yield return "Repeated defects are looked for beside the usual average: mutual scoring, the mean over 0% to 30%.";
        }

        if (spec.Decision.Problem is { } problem)
        {
            yield return problem;
        }

        if (spec.KeepFor < TimeSpan.FromMinutes(1))
        {
            yield return $"Results cannot be kept for {spec.KeepFor}; at least a minute.";
        }

        if (spec.Scorers is { } scorers && (scorers < 2 || scorers % 2 == 1))
        {
            yield return $"{scorers} scorers of each image are not possible: give an even number from 2 on, half of them to either side.";
        }

        if (spec.Scorers is not null && (spec.Subsets > 1 || spec.Mode == ScoringMode.References || spec.Gallery is not null))
        {
            yield return "A number of scorers is of no use with subsets, with references alone or with a gallery: leave out one of the two.";
        }

        if (spec.Subsets < 1)
        {
            yield return "The number of subsets is at least 1.";
        }

        int alone = spec.References.Count > 0 ? 1 : 2;
        if (spec.Subsets > 1 && spec.TokensFile is null && spec.Source is null && spec.Images.Count / spec.Subsets < alone)
        {
            yield return $"{spec.Images.Count} images cannot be split into {spec.Subsets} subsets of at least {alone}.";
        }
    }

    private static IEnumerable<string> Gallery(ScoringJobSpec spec)
    {
        if (spec.Gallery is not { } gallery)
        {
            yield break;
        }

        if (string.IsNullOrWhiteSpace(gallery.Place) || gallery.Place.Any(char.IsControl))
        {
            yield return "Name a gallery.";
        }

        if (spec.TokensFile is not null)
        {
            yield return "A gallery knows images by their files: give images rather than a file of tokens.";
        }

        if (spec.References.Count > 0 || spec.ReferenceSource is not null || spec.Mode != ScoringMode.Mutual || spec.Subsets > 1)
        {
            yield return "In a gallery all images score each other: leave out references, --mode and --subsets.";
        }

        if (gallery is { ReadOnly: true, Size: not null })
        {
            yield return "A gallery that is only read keeps its size: leave out one of the two.";
        }

        if (gallery.Size is < 2 or > GalleryOptions.MostImages)
        {
            yield return $"A gallery keeps 2 to {GalleryOptions.MostImages:N0} images.";
        }

        if (gallery.ReadOnly && spec.CheckRepeats)
        {
            yield return "Defects that repeat are looked for in a whole set: not in images that are scored against a gallery that is only read.";
        }
    }

    private static IEnumerable<string> Work(ScoringJobSpec spec)
    {
        if (spec.Threads is < 1 or > MostThreads)
        {
            yield return $"The number of threads lies between 1 and {MostThreads}.";
        }

        if (Device.TryParse(spec.Device) is null)
        {
            yield return $"The device '{spec.Device}' is not known; give cpu, cuda or cuda:n.";
        }

        if (spec.Batch is < 1 or > MostBatch)
        {
            yield return $"The number of images in a batch lies between 1 and {MostBatch}.";
        }

        if (spec.BlockImages < 1)
        {
            yield return "The number of images in a block is at least 1.";
        }

        if (spec.MemoryBytes < LeastMemoryBytes)
        {
            yield return $"{spec.MemoryBytes >> 20} MiB of memory are too few: a job needs at least {LeastMemoryBytes >> 20} MiB.";
        }

        if (string.IsNullOrWhiteSpace(spec.Output.Folder))
        {
            yield return "Name a folder for the results.";
            yield break;
        }

        string[] inputs = [.. spec.Images.Concat(spec.References).Select(image => image.Path), .. new[] { spec.TokensFile, spec.ClassTokensFile }.OfType<string>()];
        if (inputs.Append(spec.Output.Folder).FirstOrDefault(path => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)) is { } wrong)
        {
            yield return $"'{wrong}' is no path.";
            yield break;
        }

        string folder = Path.GetFullPath(spec.Output.Folder);
        if (Array.Find(inputs, input => PathRules.IsBelow(Path.GetFullPath(input), folder)) is { } inside)
        {
            yield return $"The results would replace their own input: {inside} lies in {spec.Output.Folder}. Choose another folder.";
        }
    }
}
