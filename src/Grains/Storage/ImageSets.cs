using MuSc.Engine.Inputs;

namespace MuSc.Grains.Storage;

/// <summary>The sets of images of a cluster, for the jobs that use them.</summary>
/// <param name="grains">Finds them.</param>
/// <param name="options">Where they lie.</param>
internal sealed partial class ImageSets(IGrainFactory grains, MuScOptions options)
{
    /// <summary>Keeps for a job the sets that it names.</summary>
    /// <exception cref="JobException">One is not there.</exception>
    public Task TakeAsync(string job, ScoringJobSpec spec) =>
        Task.WhenAll(Of(spec).Select(set => grains.GetGrain<ISetKeeperGrain>(set).TakeAsync(job)));

    /// <summary>Lets go of the sets that a job names.</summary>
    public Task ReleaseAsync(string job, ScoringJobSpec spec) =>
        Task.WhenAll(Of(spec).Select(set => grains.GetGrain<ISetKeeperGrain>(set).ReleaseAsync(job)));

    /// <summary>The job with the list of its images, once it has taken its sets: what they have now is what is scored.</summary>
    /// <exception cref="JobException">An image is not there, or a folder cannot be read by jobs.</exception>
    public ScoringJobSpec Listed(ScoringJobSpec spec)
    {
        if ((spec.Source is not null && (spec.Images.Count > 0 || spec.TokensFile is not null)) || (spec.ReferenceSource is not null && spec.References.Count > 0))
        {
            throw new JobException(JobErrorKind.Usage, "Give either images or where they are found, not both.");
        }

        ScoringJobSpec listed = spec with
        {
            Images = spec.Source is { } images ? Find(images) : spec.Images,
            References = spec.ReferenceSource is { } references ? Find(references) : spec.References,
        };
        ListedRoots.Check(listed, options);
        if (spec.Gallery is not null)
        {
            JobGallery.Check(options.ResultsRoot, spec);
        }

        foreach (IGrouping<string, string> files in Files(listed).GroupBy(file => file.Set, file => file.Sha256, StringComparer.Ordinal))
        {
            HashSet<string> there = [.. SetManifest.Read(new SetFolder(options.ResultsRoot, files.Key).Manifest).Values.Select(image => image.Sha256)];
            if (files.FirstOrDefault(file => !there.Contains(file)) is { } absent)
            {
                throw new JobException(JobErrorKind.Usage, $"The set {files.Key} has no image with the SHA-256 {absent}: it was not sent, or has gone since. Send it again.");
            }
        }

        return listed;
    }

    /// <summary>Deletes those whose time is over; one that cannot be deleted now is tried again the next time.</summary>
    public async Task SweepAsync(DateTimeOffset now, ILogger logger)
    {
        foreach (string set in SetFolder.All(options.ResultsRoot))
        {
            try
            {
                if (await grains.GetGrain<ISetKeeperGrain>(set).SweepAsync(now))
                {
                    Log.Expired(logger, set);
                }
            }
            catch (Exception error)
            {
                Log.NotDeleted(logger, error, set);
            }
        }
    }

    /// <summary>Deletes files that no set has any more.</summary>
    public void SweepFiles() => SharedFile.Sweep(
        SetFolder.Blobs(options.ResultsRoot),
        SetFolder.All(options.ResultsRoot)
            .Select(set => new SetFolder(options.ResultsRoot, set).Images).Where(Directory.Exists)
            .SelectMany(images => Directory.EnumerateFiles(images).Select(file => Path.GetFileName(file))).ToHashSet(StringComparer.Ordinal));

    private IReadOnlyList<ImageFile> Find(ImageSource source)
    {
        if (source.Set is { } set)
        {
            SetFolder folder = new(options.ResultsRoot, set);
            return [.. SetManifest.Read(folder.Manifest).Values.Select(image => new ImageFile(image.Name, folder.FileOf(image.Sha256)))];
        }

        // Before it is searched: whether there is such a folder is nobody's business. Sets have owners, and are named as such.
        ListedRoots.CheckFolder(source.Path!, options);
        return ImageSetResolver.Resolve([source.Path!], source.Recursive);
    }

    private HashSet<string> Of(ScoringJobSpec spec) =>
        [.. new[] { spec.Source?.Set, spec.ReferenceSource?.Set }.OfType<string>(), .. Files(spec).Select(file => file.Set)];

    private IEnumerable<(string Set, string Sha256)> Files(ScoringJobSpec spec) => ListedRoots.Inputs(spec)
        .Select(path => SetFolder.Find(options.ResultsRoot, path))
        .OfType<(string Set, string Sha256)>();

    private static partial class Log
    {
        [LoggerMessage(EventId = 150, Level = LogLevel.Information, Message = "The set of images {Set} was used by no job for its time and is deleted")]
        public static partial void Expired(ILogger logger, string set);

        [LoggerMessage(EventId = 151, Level = LogLevel.Warning, Message = "The set of images {Set} was used by no job for its time and could not be deleted")]
        public static partial void NotDeleted(ILogger logger, Exception error, string set);
    }
}
