using MuSc.Contracts;

namespace MuSc.Engine.Results;

/// <summary>Writes one kind of result into the folder of a job; writers run one after the other.</summary>
public interface IResultWriter
{
    /// <summary>Units of progress that <see cref="Write"/> will count: its images or files, 0 where the job does not want it.</summary>
    int Units(ScoredImages scored);

    /// <summary>Writes; not called where there are no units.</summary>
    /// <param name="scored">The results.</param>
    /// <param name="folder">An existing folder that takes its name only when everything is there.</param>
    /// <param name="written">Called with the units done, from any thread.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">Something cannot be written; an <see cref="IOException"/> is told as one.</exception>
    void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken);
}
