namespace MuSc.Engine.Mutual;

/// <summary>Follows the work on a strip; called from any of its threads.</summary>
internal interface IStripObserver
{
    /// <summary>A tile of so many pairs is about to be worked out.</summary>
    void Begun(long pairs);

    /// <summary>Some image pairs were worked out.</summary>
    void Computed(int pairs);

    /// <summary>A tile of so many pairs was merged; while this is called no snapshot is taken.</summary>
    void Merged(long pairs);

    /// <summary>Between tiles: with the gate's write lock nothing changes.</summary>
    void Between(ReaderWriterLockSlim gate);
}
